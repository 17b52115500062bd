import { defineEntity, p } from '@mikro-orm/core';

const TestQuotaSchema = defineEntity({
  name: 'TestQuota',
  tableName: 'test_quota',
  checks: [{ name: 'test_quota_is_one', expression: 'id = 1' }],
  properties: {
    id: p.smallint().primary().autoincrement(false),
    beganAt: p.datetime(6),
    used: p.integer(),
  },
});

/** How many test messages were sent in the hour that began with the first: one row for all processes. */
export class TestQuota extends TestQuotaSchema.class {}
TestQuotaSchema.setClass(TestQuota);
