using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Health;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Metrics;

/// <summary>Answers <c>/metrics</c>, and <c>/metrics/slis</c> with what the health checks said.</summary>
internal sealed class MetricsHandler(PrometheusExporter exporter, HealthRecord health) : IPathHandler
{
    private const string Slis = "/metrics/slis";

    /// <inheritdoc />
    public bool Handles(string path) => path is "/metrics" or Slis;

    /// <inheritdoc />
    public ValueTask HandleAsync(ApiRequest request)
        => Answer.TextAsync(request, StatusCodes.Status200OK, request.Info.Path == Slis ? health.Print() : exporter.Print(), "text/plain; version=0.0.4; charset=utf-8");
}
