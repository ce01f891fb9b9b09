namespace Orch.ApiServer.Proxying;

/// <summary>Where a proxied request goes.</summary>
/// <param name="Scheme"><c>https</c> or <c>http</c>.</param>
/// <param name="Host">A name or address; IPv6 without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsKubelet">Whether it is a node agent, which is shown the server's certificate.</param>
internal readonly record struct Backend(string Scheme, string Host, int Port, bool IsKubelet)
{
    /// <summary>Host and port as they stand in a URL.</summary>
    public string Authority => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
