import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const out = 'dist/src/dashboard/client';

/** What the first visit may load, as gzip packs it, in bytes. */
const FIRST_LOAD_LIMIT = 350 * 1024;

/** Packs what the server sends packed, and refuses a dashboard that has become slow to open. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      const assets = join(out, 'assets');
      const sizes = new Map<string, number>();
      for (const name of readdirSync(assets).filter((name) => /\.(?:js|css|svg)$/.test(name))) {
        const content = readFileSync(join(assets, name));
        const gzip = gzipSync(content, { level: 9 });
        writeFileSync(join(assets, `${name}.gz`), gzip);
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content));
        sizes.set(name, gzip.length);
      }
      const page = readFileSync(join(out, 'index.html'), 'utf8');
      const first = [...page.matchAll(/\.\/assets\/([^"]+)"/g)].map(([, name]) => sizes.get(name!) ?? 0);
      const total = first.reduce((sum, size) => sum + size, 0);
      const words = `The dashboard's first load is ${(total / 1024).toFixed(0)} kB gzip, of ${FIRST_LOAD_LIMIT / 1024} allowed.`;
      if (total > FIRST_LOAD_LIMIT) throw new Error(words);
      this.info(words);
    },
  };
}

/** The web client: built beside the server that serves it, or served by itself with the API of a running one behind it. */
export default defineConfig(({ command }) => ({
  root: 'src/dashboard/client',
  // Relative, so that the files lie as well below the path of a PUBLIC_URL.
  base: command === 'build' ? './' : '/dashboard/',
  build: {
    outDir: join(import.meta.dirname, out),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1_000,
    assetsInlineLimit: 0,
    // "use client" is for servers that render; there is none.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  plugins: [packed()],
  server: { proxy: { '^/(?!dashboard)': 'http://127.0.0.1:3000' } },
}));
