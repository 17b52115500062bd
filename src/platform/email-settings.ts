import { readFileSync } from 'node:fs';
import { IsOptional, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import { Words } from './config-checks.js';
import { RetentionSettings } from './retention-settings.js';

const DOMAIN = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const domain = (name: string) => Matches(DOMAIN, { message: `${name} must be a domain name such as example.org` });

/** How email is to look to the rest of the world: part of `Config`. */
export class EmailSettings extends RetentionSettings {
  @Matches(/^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/, { message: 'EMAIL_FROM must be an address, alone or as Name <address>' })
  EMAIL_FROM = 'Campanile <campaigns@localhost.localdomain>';

  /** Who else campaigns may send from: addresses, or domains. The domain of EMAIL_FROM always may. */
  @Words()
  @Matches(/^(?:[^\s@]+@)?[^\s@]+$/, { each: true, message: 'EMAIL_SENDERS must be a list of addresses or domains' })
  EMAIL_SENDERS: string[] = [];

  /** Where the sender can be reached by post, as the law asks of marketing; one line, or more. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  POSTAL_ADDRESS?: string;

  /** Where bounces come back to, with a token for each recipient; without it they go to the sender's own address. */
  @IsOptional()
  @domain('BOUNCE_DOMAIN')
  BOUNCE_DOMAIN?: string;

  /** In whose name email is signed (DKIM); none is signed without it. */
  @IsOptional()
  @domain('DKIM_DOMAIN')
  DKIM_DOMAIN?: string;

  @ValidateIf(({ DKIM_DOMAIN }: EmailSettings) => DKIM_DOMAIN !== undefined)
  @Matches(/^[a-z\d](?:[a-z\d.-]{0,61}[a-z\d])?$/i, { message: 'DKIM_SELECTOR must be a label such as campanile' })
  DKIM_SELECTOR?: string;

  /** A PEM, `\n` for its line breaks allowed, or the name of the file that holds it. */
  @ValidateIf(({ DKIM_DOMAIN }: EmailSettings) => DKIM_DOMAIN !== undefined)
  @IsString({ message: 'DKIM_PRIVATE_KEY must be a private key as PEM, or the name of its file' })
  DKIM_PRIVATE_KEY?: string;
}

/** What of it has no default. */
export const EMAIL_OPTIONAL = ['POSTAL_ADDRESS', 'BOUNCE_DOMAIN', 'DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'];

/** The key that email is signed with, as PEM; null for none. Throws where there is no such file. */
export function dkimPem({ DKIM_DOMAIN, DKIM_PRIVATE_KEY: key }: EmailSettings): string | null {
  if (!DKIM_DOMAIN || !key) return null;
  return key.startsWith('-----BEGIN') ? key.replaceAll('\\n', '\n') : readFileSync(key, 'utf8');
}
