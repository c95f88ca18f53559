import '@/lib/logbook';
import './style.css';

export const metadata = { title: 'Marina Guard Logbook' };

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
