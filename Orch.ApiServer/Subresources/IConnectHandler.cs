using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary>Answers a subresource that is a stream to something outside, such as <c>pods/exec</c>. Registered as a set.</summary>
internal interface IConnectHandler
{
    /// <summary>Plural of the parent in the core group, such as <c>pods</c>.</summary>
    string Resource { get; }

    /// <summary>Such as <c>exec</c>.</summary>
    string Subresource { get; }

    /// <summary>Kind in discovery, such as <c>PodExecOptions</c>.</summary>
    string Kind { get; }

    /// <summary>Verbs in discovery, sorted.</summary>
    IReadOnlyList<string> Verbs { get; }

    /// <summary>Answers; the request is authenticated and authorized.</summary>
    /// <exception cref="Client.ApiException">The refusal.</exception>
    ValueTask HandleAsync(ApiRequest request, ServedResource resource);
}
