import type { NextConfig } from 'next';

// Only because this application lies inside another package.
const root = import.meta.dirname;

export default { turbopack: { root }, outputFileTracingRoot: root } satisfies NextConfig;
