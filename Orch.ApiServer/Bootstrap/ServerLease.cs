using System.Net;
using System.Text.Json;

namespace Orch.ApiServer.Bootstrap;

/// <summary>What a server keeps in the store for as long as it runs.</summary>
/// <param name="Address">By which others reach it.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Renewed">When it last said so, by its own clock; for people, since clocks differ.</param>
internal sealed record ServerLease(string Address, int Port, DateTimeOffset Renewed)
{
    /// <summary>Null: not written by a server, or by one that this one does not understand.</summary>
    public static IPEndPoint? Read(ReadOnlySpan<byte> value)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerLease>(value) is { Port: > 0 and <= IPEndPoint.MaxPort } lease && IPAddress.TryParse(lease.Address, out var address) ? new IPEndPoint(address, lease.Port) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
