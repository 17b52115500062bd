import { migrations } from '../migrations/migrations.js';
import { entities } from './entities.js';
import type { Schema } from './platform/orm.js';

/** Every table of the product and how it came to be. */
export const schema = { entities, migrations } as Schema;
