import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonalDataService } from '../audience/personal-data.service.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { ReplyQuery, ReplyResponse, ReportQuery, ReportResponse, ReportTotal } from './inbound.dto.js';
import {
  blankReports,
  deleteReplies,
  listReplies,
  listReports,
  repliesFrom,
  reportsAbout,
  reportTotals,
} from './report-list.queries.js';

/** What came back, for whoever looks: an operator, or the person it is about. */
@Injectable()
export class ReportListService implements OnModuleInit {
  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    const db = () => this.em.getKysely();
    this.personal.register({
      name: 'reports',
      tell: (contactId, addresses) => reportsAbout(db(), contactId, addresses),
      forget: (contactId, addresses) => blankReports(db(), contactId, addresses),
    });
    this.personal.register({
      name: 'replies',
      tell: (contactId, addresses) => repliesFrom(db(), contactId, addresses),
      forget: (contactId, addresses) => deleteReplies(db(), contactId, addresses),
    });
  }

  async reports(query: ReportQuery): Promise<Page<ReportResponse>> {
    const rows = await listReports(this.em.getKysely(), query, decodeCursor(query.cursor));
    return Page.cut(rows, query.limit, ({ id }) => id);
  }

  /** Of a run, or for null of what is about no message of ours. */
  totals(runId: number | null): Promise<ReportTotal[]> {
    return reportTotals(this.em.getKysely(), runId);
  }

  async replies(query: ReplyQuery): Promise<Page<ReplyResponse>> {
    const rows = await listReplies(this.em.getKysely(), query, decodeCursor(query.cursor));
    return Page.cut(rows, query.limit, ({ id }) => id);
  }
}
