using k8s.Models;
using Orch.Security;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>A flow schema with the level that its requests go to.</summary>
internal sealed class FlowSchema(V1FlowSchema source, PriorityLevel level)
{
    private readonly string _distinguisher = source.Spec.DistinguisherMethod?.Type ?? string.Empty;

    public string Name { get; } = source.Metadata.Name;

    public string Uid { get; } = source.Metadata.Uid ?? string.Empty;

    public PriorityLevel Level { get; } = level;

    /// <summary>What tells the flow of a request from others of the schema: requests of one flow wait for each other first.</summary>
    public string FlowOf(UserInfo user, RequestInfo info) => _distinguisher switch
    {
        "ByUser" => user.Name,
        "ByNamespace" => info.Home,
        _ => string.Empty,
    };
}
