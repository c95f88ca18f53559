import type { NextConfig } from 'next';

// Needed only here: Next.js would take the package around this application for its root.
const root = import.meta.dirname;

export default { turbopack: { root }, outputFileTracingRoot: root } satisfies NextConfig;
