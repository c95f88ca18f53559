import { redirect } from 'next/navigation';
import type { Location } from 'marina-guard-logbook-client/types';
import { getAllLocationsAdmin } from '@/lib/actions/location-actions';
import { getCurrentUser } from '@/lib/auth/sync-user';
import { logOut } from '@/lib/session';
import { LocationForm } from './location-form';

export default async function LocationsPage() {
  const user = await getCurrentUser();
  if (!user) redirect('/sign-in');
  const locations = await getAllLocationsAdmin();

  return (
    <main>
      <form action={logOut} className="caller">
        {user.firstName} {user.lastName} <button>Sign out</button>
      </form>
      <h1>Locations</h1>
      {locations.ok ? (
        <>
          <LocationTable locations={locations.data} />
          <LocationForm />
        </>
      ) : (
        <p role="alert">{locations.message}</p>
      )}
    </main>
  );
}

function LocationTable({ locations }: { locations: Location[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>Address</th>
        </tr>
      </thead>
      <tbody>
        {locations.map(({ id, name, address }) => (
          <tr key={id}>
            <td>{name}</td>
            <td>{address}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
