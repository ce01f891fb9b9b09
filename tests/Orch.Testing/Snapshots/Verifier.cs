using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orch.Serialization;
using Xunit.Sdk;

namespace Orch.Testing.Snapshots;

/// <summary>Compares what a test got with a file beside it, <c>Class.Method.verified.txt</c>.</summary>
/// <remarks>
/// On a difference, or when there is no such file yet, what was got is written as <c>.received.txt</c>: look at it and, if it is right,
/// rename it. With <c>ORCH_ACCEPT_SNAPSHOTS=1</c> in the environment that happens by itself.
/// </remarks>
public static class Verifier
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions Models = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>Compares a text as it is, and anything else as indented JSON.</summary>
    /// <param name="variant">Tells apart several snapshots of one test.</param>
    public static async Task Verify(
        object? value, string variant = "", [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var received = Normalize(Text(value));
        var stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}{(variant.Length == 0 ? string.Empty : "_" + variant)}");
        var (verifiedPath, receivedPath) = ($"{stem}.verified.txt", $"{stem}.received.txt");
        var verified = File.Exists(verifiedPath) ? Normalize(await File.ReadAllTextAsync(verifiedPath)) : null;
        if (verified == received)
        {
            File.Delete(receivedPath);
            return;
        }

        if (Environment.GetEnvironmentVariable("ORCH_ACCEPT_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(verifiedPath, received);
            return;
        }

        await File.WriteAllTextAsync(receivedPath, received);
        throw new XunitException(verified is null
            ? $"There is no {Path.GetFileName(verifiedPath)} yet; if this is right, rename {receivedPath}:\n{received}"
            : $"{Path.GetFileName(verifiedPath)} differs from what was received ({receivedPath}):\n{FirstDifference(verified, received)}");
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        _ when value.GetType().Namespace == "k8s.Models" => JsonSerializer.Serialize(value, value.GetType(), Models),
        _ => JsonSerializer.Serialize(value, value.GetType(), Plain),
    };

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";

    private static string FirstDifference(string verified, string received)
    {
        var (wanted, got) = (verified.Split('\n'), received.Split('\n'));
        for (var line = 0; ; line++)
        {
            var (one, other) = (line < wanted.Length ? wanted[line] : "<end>", line < got.Length ? got[line] : "<end>");
            if (one != other) { return $"line {line + 1}\n- {one}\n+ {other}"; }
        }
    }
}
