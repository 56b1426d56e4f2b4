// The server of bare-server.mjs with Express and its JSON body parser, as most tutorials write it.
import express from 'express';
import { patch, serve, timed } from './server-side.mjs';

const app = express();
app.use(express.json({ limit: '8mb' }));
app.post('/mutate-pods', ({ body: { apiVersion, kind, request } }, response) => {
  response.json({
    apiVersion,
    kind,
    response: { uid: request.uid, allowed: true, patchType: 'JSONPatch', patch },
  });
});
serve(timed(app));
