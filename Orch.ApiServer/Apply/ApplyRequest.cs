namespace Orch.ApiServer.Apply;

/// <summary>Who applies, and how.</summary>
/// <param name="Manager">Not empty.</param>
/// <param name="ApiVersion">Of the applied object.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record ApplyRequest(string Manager, string ApiVersion, string Subresource)
{
    /// <summary>Takes over what other managers own.</summary>
    public bool Force { get; init; }

    /// <summary>Whole seconds, UTC.</summary>
    public DateTime Now { get; init; }

    /// <summary>What nobody owns.</summary>
    public required IgnoredFields Ignored { get; init; }
}
