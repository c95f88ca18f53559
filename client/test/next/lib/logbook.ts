import 'server-only';
import { cookies, headers } from 'next/headers';
import { configure } from 'marina-guard-logbook-client';

configure({
  baseUrl: process.env.LOGBOOK_URL!,
  token: async () => (await cookies()).get('token')?.value,
  visitor: async () => (await headers()).get('x-forwarded-for'),
});
