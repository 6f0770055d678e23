import { app } from '@azure/functions';

app.timer('eager', {
  schedule: '%SCHEDULE%',
  runOnStartup: true,
  handler: (timer, context) => context.log(JSON.stringify(timer)),
});
app.timer('broken', {
  schedule: '0 0 3 * * *',
  handler: () => {
    throw new Error('told to fail');
  },
});
