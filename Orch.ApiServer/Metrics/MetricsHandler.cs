using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Metrics;

/// <summary>Answers <c>/metrics</c>.</summary>
internal sealed class MetricsHandler(PrometheusExporter exporter) : IPathHandler
{
    /// <inheritdoc />
    public bool Handles(string path) => path == "/metrics";

    /// <inheritdoc />
    public ValueTask HandleAsync(ApiRequest request)
        => Answer.TextAsync(request, StatusCodes.Status200OK, exporter.Print(), "text/plain; version=0.0.4; charset=utf-8");
}
