import { defineEntity, p } from '@mikro-orm/core';
import type { RunVariantsResponse } from './variants.dto.js';

const VariantReportSchema = defineEntity({
  name: 'VariantReport',
  tableName: 'variant_report',
  properties: {
    runId: p.bigint('number').primary().autoincrement(false),
    /** As it was told last. */
    report: p.json<RunVariantsResponse>(),
  },
});

/** What is left of how a run's variants fared once its ledger is dropped. */
export class VariantReport extends VariantReportSchema.class {}
VariantReportSchema.setClass(VariantReport);
