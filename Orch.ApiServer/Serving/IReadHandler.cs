using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>Answers gets and lists of a resource that is made for each reader and stored nowhere. Registered as a set.</summary>
internal interface IReadHandler
{
    /// <summary>What is served, and what it looks like.</summary>
    ResourceDeclaration Declaration { get; }

    /// <summary>Answers; the request is authenticated and authorized.</summary>
    /// <exception cref="Client.ApiException">The refusal.</exception>
    ValueTask HandleAsync(ApiRequest request);
}
