namespace Orch.ApiServer.Serving;

/// <summary>Answers paths that name no resource, such as <c>/version</c>. Registered as a set.</summary>
internal interface IPathHandler
{
    /// <summary>Whether the path is one of its own.</summary>
    bool Handles(string path);

    /// <summary>Answers; the request is authenticated and authorized.</summary>
    /// <exception cref="Client.ApiException">The refusal.</exception>
    ValueTask HandleAsync(ApiRequest request);
}
