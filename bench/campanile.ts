import 'reflect-metadata';
import { AccessService } from '../src/access/access.service.js';
import type { CreateSegment, PreviewSegment } from '../src/audience/segments.dto.js';
import { SegmentsService } from '../src/audience/segments.service.js';
import { createReadStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { BulkContactsService } from '../src/audience/bulk-contacts.service.js';
import { ContactQuery, type CreateContact } from '../src/audience/contacts.dto.js';
import { ContactSearchService } from '../src/audience/contact-search.service.js';
import { ImportQuery } from '../src/audience/imports.dto.js';
import { ImportsService } from '../src/audience/imports.service.js';
import { CampaignLifecycleService } from '../src/campaigns/campaign-lifecycle.service.js';
import { CampaignsService } from '../src/campaigns/campaigns.service.js';
import type { CreateCampaign } from '../src/campaigns/campaigns.dto.js';
import { FIRST_LINK, PIXEL } from '../src/campaigns/domain/link-numbers.js';
import { RunsService } from '../src/campaigns/runs.service.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import type { Scope } from '../src/access/domain/scope.js';
import { Config } from '../src/platform/config.js';
import { TrackingTokens } from '../src/platform/tracking-token.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { answerParent } from './answering.js';
import { type ApplicationPlan, openApplication } from './application.js';
import { ownCpuSeconds } from './cpu-time.js';

/** What a process of the application has used so far. */
export interface Usage {
  cpuSeconds: number;
  /** The most memory it ever had resident. */
  peakMegabytes: number;
}

const app = await openApplication(JSON.parse(process.argv[2]!) as ApplicationPlan);
const dispatcher = app.get(Dispatcher);
const delivery = app.get(DeliveryService);

/** A process of the shipped application: what the heartbeat does in its rhythm, when the parent asks for it. */
answerParent({
  create: async (campaigns: CreateCampaign[]) => {
    const ids: number[] = [];
    for (const campaign of campaigns) ids.push((await app.get(CampaignsService).create(campaign)).id);
    return ids;
  },
  segment: (segment: CreateSegment) => app.get(SegmentsService).create(segment),
  preview: (wish: PreviewSegment) => app.get(SegmentsService).preview(wish),
  cancel: (campaignId: number) => app.get(CampaignLifecycleService).cancel(campaignId),
  freeze: async () => {
    await dispatcher.dispatchDue();
    while (await dispatcher.freeze());
  },
  send: async () => {
    const renewing = setInterval(() => void delivery.renewLeases(), app.get(Config).LEASE_MS / 4);
    await delivery.sendDue().finally(() => clearInterval(renewing));
  },
  import: async (file: string, segment: string | undefined) => {
    const imports = app.get(ImportsService);
    const query = Object.assign(new ImportQuery(), { segment });
    const { id } = await imports.upload(query, { stream: createReadStream(file), format: 'csv', idempotencyKey: null });
    await imports.workDue(id);
    return imports.get(id);
  },
  find: async (query: ContactQuery) => {
    const page = await app.get(ContactSearchService).list(Object.assign(new ContactQuery(), query));
    return page.length;
  },
  bulk: (contacts: CreateContact[]) => app.get(BulkContactsService).write(contacts),
  usage: (): Usage => ({ cpuSeconds: ownCpuSeconds(), peakMegabytes: process.resourceUsage().maxRSS / 1024 }),
  listen: async () => {
    await app.listen(0, '127.0.0.1');
    return (app.getHttpServer().address() as AddressInfo).port;
  },
  key: (...scopes: Scope[]) => app.get(AccessService).createKey('bench', scopes),
  hits: async (runId: number, contacts: number) => {
    const { openedAt } = await app.get(RunsService).get(runId);
    return Array.from({ length: contacts }, (_, index) => {
      const number = index % 2 === 0 ? PIXEL : FIRST_LINK;
      const [token] = app.get(TrackingTokens).of({ runId, contactId: index + 1, openedAt }, [number]);
      return number === PIXEL ? `/o/${token}.gif` : `/c/${token}`;
    });
  },
  close: () => app.close(),
});
