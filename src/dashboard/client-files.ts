import { createReadStream, type ReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { CampanileError } from '../platform/errors.js';
import { publicPath } from '../platform/public-url.js';

const folder = new URL('./client/', import.meta.url);

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** A file as it goes out: its bytes, what they are, and how they are packed, where they are. */
export interface ClientFile {
  stream: ReadStream;
  type: string;
  encoding: 'br' | 'gzip' | null;
}

/** What Vite built of the web client. It is looked at once: a build has its files for as long as the process lives. */
@Injectable()
export class ClientFiles {
  private read: Promise<{ page: string; names: Set<string> }> | null = null;

  constructor(private readonly config: Config) {}

  /** The page that every screen begins with, telling the client and the browser below which path they are. */
  async page(): Promise<string> {
    return (await this.built()).page;
  }

  /** A built file by its name; null for a name that is none. Packed as the browser takes it. */
  async asset(name: string, accepted: string): Promise<ClientFile | null> {
    const { names } = await this.built();
    const type = TYPES[name.split('.').at(-1)!];
    if (!names.has(name) || !type) return null;
    const encoding = ENCODINGS.find(
      ({ coding, suffix }) => new RegExp(`\\b${coding}\\b`).test(accepted) && names.has(name + suffix),
    );
    const path = new URL(`assets/${name}${encoding?.suffix ?? ''}`, folder);
    return { stream: createReadStream(path), type, encoding: encoding?.coding ?? null };
  }

  private built(): Promise<{ page: string; names: Set<string> }> {
    this.read ??= this.look().catch((error: unknown) => {
      this.read = null;
      throw error;
    });
    return this.read;
  }

  private async look(): Promise<{ page: string; names: Set<string> }> {
    const path = publicPath(this.config);
    const html = await readFile(new URL('index.html', folder), 'utf8').catch(() => null);
    if (html === null)
      throw new CampanileError('unavailable', 'DASHBOARD_NOT_BUILT', 'The dashboard is not built: npm run build.');
    const names = await readdir(new URL('assets/', folder)).catch(() => []);
    return {
      page: html.replaceAll('"./assets/', `"${path}/dashboard/assets/`).replace('data-root=""', `data-root="${path}"`),
      names: new Set(names),
    };
  }
}

const ENCODINGS = [
  { coding: 'br', suffix: '.br' },
  { coding: 'gzip', suffix: '.gz' },
] as const;
