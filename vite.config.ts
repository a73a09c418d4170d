import { defineConfig } from "vite";

// Targets are the oldest browsers met in county offices and in WeChat's web view; nesting and other newer syntax is
// lowered to them. The manifest is read by the `asset` template tag, so hashed names never appear in a template.
export default defineConfig({
  root: "yinling/web/frontend",
  base: "/static/",
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    assetsDir: ".",
    manifest: "manifest.json",
    target: ["chrome100", "safari15.4"],
    cssTarget: ["chrome100", "safari15.4"],
    modulePreload: false,
    rollupOptions: {
      input: {
        main: "yinling/web/frontend/main.ts",
        style: "yinling/web/frontend/main.css",
        "check-in": "yinling/web/frontend/ts/checkin/volunteer.ts",
        "check-in-host": "yinling/web/frontend/ts/checkin/host.ts",
      },
    },
  },
  // The one script that is served under an address of its own (web/checkin.py), not under a hashed name.
  worker: { rollupOptions: { output: { entryFileNames: "[name].js" } } },
});
