'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { signIn } from 'marina-guard-logbook-client/auth';

/** Keep the token in a cookie that scripts can't read. Returns a message if the sign-in was refused. */
export async function logIn(_: string | undefined, form: FormData) {
  const result = await signIn({ username: String(form.get('email')), password: String(form.get('password')) });
  if (!result.ok) return result.message;
  (await cookies()).set('token', result.data.access_token, {
    httpOnly: true,
    secure: true,
    sameSite: 'lax',
    maxAge: result.data.expires_in,
  });
  redirect('/');
}

export async function logOut() {
  (await cookies()).delete('token');
  redirect('/sign-in');
}
