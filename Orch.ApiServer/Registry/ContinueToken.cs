using System.Buffers.Text;
using System.Text.Json;
using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Registry;

/// <summary>Where a paged list goes on; opaque to clients, in upstream's form.</summary>
/// <param name="Revision">Of the first page; -1: whatever is newest.</param>
/// <param name="Start">The first key that was not returned, without the resource's prefix.</param>
internal readonly record struct ContinueToken(long Revision, string Start)
{
    private const string Version = "meta.k8s.io/v1";

    /// <summary>Reads a token.</summary>
    /// <exception cref="Client.ApiException">400: it is none.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var root = document.RootElement;
            if (root.GetProperty("v").GetString() != Version) { throw new FormatException("server does not recognize this encoded version"); }
            var start = root.GetProperty("start").GetString() ?? string.Empty;
            if (start.Length == 0 || start.StartsWith('/')) { throw new FormatException("invalid start"); }
            return new ContinueToken(root.GetProperty("rv").GetInt64(), start);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw ApiErrors.BadRequest($"continue key is not valid: {exception.Message}");
        }
    }

    /// <summary>As it is sent.</summary>
    public override string ToString()
        => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["v"] = Version, ["rv"] = Revision, ["start"] = Start }));
}
