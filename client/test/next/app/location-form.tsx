'use client';

import { useActionState } from 'react';
import { createLocation } from '@/lib/actions/location-actions';

type State = { message?: string; refused?: FormData };

/** Adds a location. Nothing here reloads the list: `revalidatePath` in the action renders the page again. */
export function LocationForm() {
  const [{ message, refused }, add, isPending] = useActionState(async (_: State, form: FormData): Promise<State> => {
    const result = await createLocation({
      name: String(form.get('name')),
      address: String(form.get('address')),
      isActive: true,
    });
    return result.ok ? { message: `${result.data.name} was added.` } : { message: result.message, refused: form };
  }, {});

  return (
    <form action={add}>
      <h2>Add a location</h2>
      <label>
        Name <input name="name" defaultValue={refused?.get('name')?.toString()} />
      </label>
      <label>
        Address <input name="address" defaultValue={refused?.get('address')?.toString()} />
      </label>
      <button disabled={isPending}>Add</button>
      <p role="status">{message}</p>
    </form>
  );
}
