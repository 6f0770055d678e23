import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { reportHttp } from '../shared/azure/report-http.ts';

const { page, data } = reportHttp({
  access: config.reportAccess,
  reports: async () => (await import('../shared/azure/parts.ts')).reports(),
});

app.http('report', { ...page, methods: ['GET'], route: 'report' });
app.http('report_data', { ...data, methods: ['GET'], route: 'report.json' });
