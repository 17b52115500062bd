import type { ReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { commandStart } from '../platform/command-line.js';
import { Config } from '../platform/config.js';
import { CampanileError } from '../platform/errors.js';
import { publicPath } from '../platform/public-url.js';

const folder = new URL('./client/', import.meta.url);

/** What Vite names its files, and what each kind is. */
const NAME = /^[\w-]+\.(?<kind>js|css|svg)$/;
const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** How a file may lie there packed, the best first. */
const ENCODINGS = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const;

/** A file as it goes out: its bytes, what they are, and how they are packed where they are. */
export interface ClientFile {
  stream: ReadStream;
  type: string;
  encoding: 'br' | 'gzip' | null;
}

/** What Vite built of the web client, as it is now: it may be built anew under a running process. */
@Injectable()
export class ClientFiles {
  constructor(private readonly config: Config) {}

  /** The page that every screen begins with, telling the client and the browser below which path they are, and how commands begin. */
  async page(): Promise<string> {
    const path = publicPath(this.config);
    const html = await readFile(new URL('index.html', folder), 'utf8').catch(() => null);
    if (html === null)
      throw new CampanileError('unavailable', 'DASHBOARD_NOT_BUILT', 'The dashboard is not built: npm run build.');
    return html
      .replaceAll('"./assets/', `"${path}/dashboard/assets/`)
      .replace('data-root=""', `data-root="${path}" data-commands="${commandStart()}"`);
  }

  /** A built file by its name, packed as the browser takes it; null for a name that is none. */
  async asset(name: string, accepted: string): Promise<ClientFile | null> {
    const kind = NAME.exec(name)?.groups?.kind;
    if (kind === undefined) return null;
    const packed = ENCODINGS.filter(({ encoding }) => new RegExp(`\\b${encoding}\\b`).test(accepted));
    for (const { encoding, suffix } of [...packed, { encoding: null, suffix: '' }]) {
      const file = await open(new URL(`assets/${name}${suffix}`, folder)).catch(() => null);
      if (file) return { stream: file.createReadStream(), type: TYPES[kind]!, encoding };
    }
    return null;
  }
}
