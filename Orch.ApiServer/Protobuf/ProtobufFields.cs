using System.Globalization;

namespace Orch.ApiServer.Protobuf;

/// <summary>Reads <c>fields.txt</c>, whose head describes the form, on the first protobuf body.</summary>
internal static class ProtobufFields
{
    private static readonly Lazy<Dictionary<string, Dictionary<int, ProtobufField>>> Messages = new(Load);

    /// <summary>The fields of a message by number; null for one that has no protobuf form.</summary>
    /// <param name="message">Such as <c>io.k8s.api.core.v1.PodSpec</c>.</param>
    public static IReadOnlyDictionary<int, ProtobufField>? Of(string message) => Messages.Value.GetValueOrDefault(message);

    /// <summary>Full names of all messages.</summary>
    public static IEnumerable<string> Names => Messages.Value.Keys;

    private static Dictionary<string, Dictionary<int, ProtobufField>> Load()
    {
        using var stream = typeof(ProtobufFields).Assembly.GetManifestResourceStream("Orch.ApiServer.Protobuf.fields.txt")
            ?? throw new InvalidOperationException("The resource Protobuf/fields.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, Dictionary<int, ProtobufField>>(StringComparer.Ordinal);
        var package = string.Empty;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') { continue; }
            if (line[0] == '[') { package = line[1..^1]; continue; }
            var words = line.Split(' ');
            messages.Add($"{package}.{words[0]}", words.Skip(1).Select(word => Parse(package, word)).ToDictionary(static item => item.Number, static item => item.Field));
        }

        return messages;
    }

    private static (int Number, ProtobufField Field) Parse(string package, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var isInlined = word[0] == '*';
        var name = isInlined ? $"{package}.{word[1..equals]}" : word[..equals];
        var number = int.Parse(word.AsSpan(equals + 1).TrimEnd("~+"), CultureInfo.InvariantCulture);
        return (number, new ProtobufField(name, isInlined, word.EndsWith('~'), word.EndsWith('+')));
    }
}
