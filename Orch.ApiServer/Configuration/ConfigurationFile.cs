using System.Text.Json;
using System.Text.Json.Serialization;
using Orch.ApiServer.Decoding;

namespace Orch.ApiServer.Configuration;

/// <summary>Reads the files that configure a server, in YAML or JSON and in upstream's formats; an unknown field is a fault.</summary>
internal static class ConfigurationFile
{
    private const int MaxBytes = 3 * 1024 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 64,
    };

    /// <summary>The file's one object.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="kind">That it must be of.</param>
    /// <param name="versions">One of which it must be.</param>
    /// <exception cref="FormatException">It is no such file; the message names it.</exception>
    public static T Read<T>(string path, string kind, params ReadOnlySpan<string> versions)
        where T : class
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MaxBytes) { throw new FormatException($"{path} is larger than {MaxBytes} bytes"); }
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }

        return Parse<T>(bytes, path, kind, versions);
    }

    /// <summary>The object of a text.</summary>
    /// <exception cref="FormatException">It is no such text; the message names its source.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> text, string source, string kind, params ReadOnlySpan<string> versions)
        where T : class
    {
        try
        {
            var faults = new List<string>();
            var json = YamlInput.ToJson(text, faults);
            if (faults.Count > 0) { throw new FormatException($"{source}: {string.Join("; ", faults)}"); }
            using (var document = JsonDocument.Parse(json))
            {
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object) { throw new FormatException($"{source} has no {kind}"); }
                var foundKind = root.TryGetProperty("kind", out var value) ? value.GetString() : null;
                var foundVersion = root.TryGetProperty("apiVersion", out value) ? value.GetString() : null;
                if (foundKind != kind || !versions.Contains(foundVersion ?? string.Empty))
                {
                    throw new FormatException($"{source} has kind \"{foundKind}\" of \"{foundVersion}\"; it must have {kind} of {string.Join(" or ", versions.ToArray())}");
                }
            }

            return JsonSerializer.Deserialize<T>(json, Strict) ?? throw new FormatException($"{source} has no {kind}");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{source}: {malformed.Message}", malformed);
        }
    }
}
