import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import zopfli from '@gfx/zopfli';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const dist = path.resolve(import.meta.dirname, '../internal/webapp/dist');

// packed stores each file but the page gzipped and not otherwise: that is how the program
// embeds and sends it. Zopfli takes seconds where zlib takes none, once, and saves every
// reader the bytes.
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async writeBundle() {
      for (const name of ['licenses.txt', ...readdirSync(path.join(dist, 'assets')).map((asset) => `assets/${asset}`)]) {
        const file = path.join(dist, name);
        writeFileSync(`${file}.gz`, await zopfli.gzipAsync(readFileSync(file), { numiterations: 15 }));
        rmSync(file);
      }
      writeFileSync(path.join(dist, '.gitkeep'), '');
    },
  };
}

export default defineConfig({
  base: '/app/',
  plugins: [react(), tailwind(), packed()],
  build: {
    outDir: dist,
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false }, // it would be an inline script
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.txt' }, // what we embed of others wants to be named
    reportCompressedSize: true,
    // As one piece the libraries pack better than cut up among the pages, and stay cached when only ours change.
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { codeSplitting: { groups: [{ name: 'vendor', test: /node_modules.(react|react-dom|scheduler|@tanstack)/ }] } },
    },
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', headers: { 'Sec-Fetch-Site': 'same-origin' } } },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], environment: 'node' },
});
