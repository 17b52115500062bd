# The application without a database: DATABASE_URL says where that is. See docs/operations.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Scripts of packages are not needed, and not run.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build
RUN npm run sbom

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the embedded PostgreSQL and the Node from npm, which are optional: the image has its own.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    METRICS_HOST=0.0.0.0 \
    METRICS_PORT=9464 \
    LOG_FORMAT=json
# Owned by root, run by another: the process can change nothing of itself.
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json package.json
# What is in here, for whoever looks for what is known to be at fault.
COPY --from=build /app/sbom.json sbom.json
COPY --from=build /app/dist/migrations dist/migrations
COPY --from=build /app/dist/src dist/src
USER node
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
# The port for whoever watches answers whatever ROLES says.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/health/live`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=50", "dist/src/main.js"]
