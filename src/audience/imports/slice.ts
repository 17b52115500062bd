import type { CreateContact } from '../contacts.dto.js';
import { IDENTITIES, type Identity } from '../domain/identity.js';

/** What a row says of which contact. */
export interface SliceRow {
  line: number;
  /** The row as it stands in the file, for the list of rejected ones. */
  cells: string[];
  contact: CreateContact;
  /** Whether an earlier row of the file names its contact in the same way. */
  again: boolean;
}

/** A row that was refused. */
export interface Rejection {
  line: number;
  cells: string[];
  reason: string;
}

/** Rows that are written in one transaction, in their order. */
export class Slice {
  readonly rows: SliceRow[] = [];
  /** Rows that are no contact, whatever is there already. */
  readonly rejections: Rejection[] = [];
  /** How far into the file it goes. */
  bytesDone = 0;

  /** How many rows it has, refused ones included. */
  get size(): number {
    return this.rows.length + this.rejections.length;
  }
}

/** The identity that tells the contact of a row from others: the first that it has. */
export const identityOf = (contact: CreateContact): Identity => IDENTITIES.find((name) => contact[name] != null)!;
