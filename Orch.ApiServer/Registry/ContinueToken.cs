using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Registry;

/// <summary>Where a paged list goes on; opaque to clients, in upstream's form.</summary>
/// <param name="Revision">Of the first page; -1: whatever is newest.</param>
/// <param name="Start">Where the next page begins, without the prefix that all listed keys have.</param>
internal readonly record struct ContinueToken(long Revision, string Start)
{
    private const string Version = "meta.k8s.io/v1";
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_\r\n");

    /// <summary>Reads a token.</summary>
    /// <exception cref="Client.ApiException">400: it is none.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            byte[] decoded;
            try { decoded = Base64Url.DecodeFromChars(text); }
            catch (FormatException) { throw Refuse($": illegal base64 data at input byte {FaultOf(text)}"); }
            if (Json.GoSyntax.FaultOf(decoded) is { } fault) { throw Refuse($": {fault}"); }
            using var document = JsonDocument.Parse(decoded);
            var root = document.RootElement;
            var version = root.TryGetProperty("v", out var v) ? v.GetString() : string.Empty;
            if (version != Version) { throw Refuse($": server does not recognize this encoded version {version}"); }
            var revision = root.TryGetProperty("rv", out var rv) ? rv.GetInt64() : 0;
            if (revision == 0) { throw Refuse($": incorrect encoded start resourceVersion (version {Version})"); }
            var start = root.TryGetProperty("start", out var key) ? key.GetString() ?? string.Empty : string.Empty;
            if (start.Length == 0) { throw Refuse($": encoded start key empty (version {Version})"); }
            return IsClean(start) ? new ContinueToken(revision, start.TrimStart('/')) : throw Refuse($": {start}");
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Refuse($": {exception.Message}");
        }
    }

    // Where Go's decoder stops; line ends are nothing to it.
    private static int FaultOf(string text)
    {
        var at = text.AsSpan().IndexOfAnyExcept(Letters);
        return at >= 0 ? at : text.Length - (text.Length % 4 == 0 ? 0 : 1);
    }

    // A start that climbs out of the list could show what the client may not see.
    private static bool IsClean(string start)
    {
        foreach (var part in (start[0] == '/' ? start[1..] : start).Split('/'))
        {
            if (part is "" or "." or "..") { return false; }
        }

        return true;
    }

    private static Client.ApiException Refuse(string detail) => ApiErrors.BadRequest($"invalid continue token: continue key is not valid{detail}");

    /// <summary>As it is sent.</summary>
    public override string ToString()
        => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["v"] = Version, ["rv"] = Revision, ["start"] = Start }));
}
