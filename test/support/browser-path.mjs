import { existsSync } from 'node:fs';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where this machine has a browser: what CHROMIUM names, or one of the usual places; null where there is none. */
export const browserPath = process.env.CHROMIUM ?? usual.find((path) => existsSync(path)) ?? null;
