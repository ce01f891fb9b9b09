namespace Orch.Client.Http;

/// <summary>One request to the API.</summary>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, string UserAgent)
{
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string Accept { get; init; } = "application/json";

    public string ContentType { get; init; } = "application/json";

    /// <summary>How the answer's body is read; null as the JSON of one object.</summary>
    public Func<byte[], object?>? Read { get; init; }
}
