using Microsoft.AspNetCore.Http;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Answers <c>/debug/api_priority_and_fairness/...</c>, which nobody may read by default but superusers.</summary>
internal sealed class FlowDebugHandler(FlowController flows) : IPathHandler
{
    private const string Root = "/debug/api_priority_and_fairness/";

    /// <inheritdoc />
    public bool Handles(string path)
        => path.StartsWith(Root, StringComparison.Ordinal) && path[Root.Length..] is FlowDump.Levels or FlowDump.Queues or FlowDump.Requests;

    /// <inheritdoc />
    public ValueTask HandleAsync(ApiRequest request)
        => Answer.TextAsync(request, StatusCodes.Status200OK, flows.Describe(request.Info.Path[Root.Length..], QueryOptions.Text(request.Query, "includeRequestDetails").Length > 0));
}
