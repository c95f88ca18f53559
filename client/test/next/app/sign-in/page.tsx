'use client';

import { useActionState } from 'react';
import { logIn } from '@/lib/session';

export default function SignInPage() {
  const [message, action, isPending] = useActionState(logIn, undefined);

  return (
    <main>
      <h1>Marina Guard Logbook</h1>
      <form action={action}>
        <label>
          E-mail address <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button disabled={isPending}>Sign in</button>
        <p role="alert">{message}</p>
      </form>
    </main>
  );
}
