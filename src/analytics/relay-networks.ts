import { readFile } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../platform/config.js';
import { NetworkSet } from './network-set.js';

/**
 * The networks from which Apple's relays ask: for the images of every message that its Mail Privacy Protection gets, read or
 * not. Apple publishes and changes them, so they come from a file; without one, Apple is known by its user agent alone.
 */
@Injectable()
export class RelayNetworks implements OnModuleInit {
  private networks: NetworkSet | null = null;

  constructor(
    private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  /** A process without a server hears no hits. Throws an Error that names the file, or its first wrong line. */
  async onModuleInit(): Promise<void> {
    const { APPLE_RELAY_NETWORKS: file } = this.config;
    if (file === undefined || !this.host.httpAdapter) return;
    try {
      this.networks = NetworkSet.parse(await readFile(file, 'utf8'));
    } catch (error) {
      throw new Error(`APPLE_RELAY_NETWORKS: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Whether an address is one of them. */
  has(address: string): boolean {
    return this.networks?.has(address) ?? false;
  }
}
