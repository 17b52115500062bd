import { defineEntity, p } from '@mikro-orm/core';

const InstallationSecretSchema = defineEntity({
  name: 'InstallationSecret',
  tableName: 'installation',
  checks: [{ name: 'installation_is_one', expression: 'id = 1' }],
  properties: {
    id: p.smallint().primary().autoincrement(false),
    secret: p.text().nullable(),
    digest: p.text(),
  },
});

/** The one row about the installation's secret: what the first start made, or only the digest of the operator's SECRET_KEY. */
export class InstallationSecret extends InstallationSecretSchema.class {}
InstallationSecretSchema.setClass(InstallationSecret);
