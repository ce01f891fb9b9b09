using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Aggregation;

/// <summary>Paths of a group and version that are not resources: its own discovery.</summary>
internal sealed class AggregatedPathHandler(AggregatedApis apis, AggregationProxy proxy) : IPathHandler
{
    /// <inheritdoc />
    public bool Handles(string path) => apis.FindByPath(path) is not null;

    /// <inheritdoc />
    public ValueTask HandleAsync(ApiRequest request) => apis.FindByPath(request.Info.Path) is { } api ? proxy.HandleAsync(request, api) : throw Refusals.NoSuchPath();
}
