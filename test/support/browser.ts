import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { browserPath } from './browser-path.mjs';

const how = {
  executablePath: browserPath!,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
};

/** Starts this machine's browser, without a window. */
export const openBrowser = (): Promise<Browser> => chromium.launch(how);

/** The same with a profile of its own, which is forgotten: private windows, as all others are, have no notifications. */
export const openProfile = (): Promise<BrowserContext> => chromium.launchPersistentContext('', how);
