import { getActiveLocations } from '@/lib/actions/locations';
import { createLog, getLogs, getTotalLogsCount, updateLog } from '@/lib/actions/logs';
import { getCurrentUser } from '@/lib/actions/users';

interface Props {
  searchParams: { locationId?: string; search?: string; year?: string; month?: string };
}

export default async function LogbookPage({ searchParams }: Props) {
  const year = searchParams.year ? Number(searchParams.year) : undefined;
  const [user, logs, total, locations] = await Promise.all([
    getCurrentUser(),
    getLogs({
      locationId: searchParams.locationId,
      type: 'INCIDENT',
      search: searchParams.search,
      year,
      month: year && searchParams.month ? Number(searchParams.month) - 1 : undefined,
    }),
    getTotalLogsCount(),
    getActiveLocations(),
  ]);
  if (!user.ok) return <p>{user.code === 'UNAUTHORIZED' ? 'Please sign in.' : user.message}</p>;
  if (!logs.ok) throw new Error(logs.message);

  async function report(form: FormData) {
    const incidentTime = form.get('incidentTime');
    const result = await createLog({
      type: 'INCIDENT',
      title: String(form.get('title')),
      description: String(form.get('description')),
      locationId: String(form.get('locationId')),
      status: 'LIVE',
      severity: 'HIGH',
      incidentTime: incidentTime ? new Date(String(incidentTime)) : undefined,
      followUpRequired: form.get('followUpRequired') === 'on',
      photoUrls: form.getAll('photoUrls').map(String),
    });
    if (!result.ok) throw new Error(result.meta.fieldErrors['title']?.[0] ?? result.message);
  }

  async function publish(form: FormData) {
    await updateLog(String(form.get('id')), { title: String(form.get('title')), status: 'LIVE' });
  }

  return (
    <main>
      <h1>
        {user.data.firstName}, {logs.data.length} of {total.ok ? total.data : '?'} entries
      </h1>
      {logs.data.map((log) => (
        <form action={publish} key={log.id}>
          <time dateTime={log.createdAt.toISOString()}>{log.createdAt.toLocaleDateString()}</time>
          <input type="hidden" name="id" value={log.id} />
          <input name="title" defaultValue={log.title} />
          {log.location.name}, {log.user.firstName} {log.user.lastName}, {log.severity ?? 'no severity'}
          {log.incidentTime && ` at ${log.incidentTime.toLocaleTimeString()}`}
          {log.photoUrls.map((url) => (
            <img key={url} src={url} alt="" />
          ))}
        </form>
      ))}
      <form action={report}>
        <input name="title" required />
        <select name="locationId">
          {locations.ok && locations.data.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
        <input name="incidentTime" type="datetime-local" />
      </form>
    </main>
  );
}
