import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { reportHttp } from '../shared/azure/report-http.ts';
import { reports } from '../shared/azure/report-parts.ts';

const { page, data } = reportHttp({ access: config.reportAccess, reports });

app.http('report', { ...page, methods: ['GET'], route: 'report' });
app.http('report_data', { ...data, methods: ['GET'], route: 'report.json' });
