using k8s.Models;

namespace Orch.Serialization;

/// <summary>Where an empty text or list says something; reads <c>empties.txt</c>, whose head describes the form, on the first use.</summary>
internal static class EmptyValues
{
    private static readonly Lazy<Dictionary<string, string[]>> Models = new(Load);

    /// <summary>The properties of a model in which emptiness is a value; null for a type of which nothing is known, which keeps all.</summary>
    public static IReadOnlyList<string>? KeptIn(Type model)
        => model.Namespace == typeof(V1Pod).Namespace && model.Assembly == typeof(V1Pod).Assembly ? Models.Value.GetValueOrDefault(model.Name) : null;

    private static Dictionary<string, string[]> Load()
    {
        using var stream = typeof(EmptyValues).Assembly.GetManifestResourceStream("Orch.Serialization.empties.txt")
            ?? throw new InvalidOperationException("The resource Serialization/empties.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var models = new Dictionary<string, string[]>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') { continue; }
            var words = line.Split(' ');
            models.Add(words[0], words[1..]);
        }

        return models;
    }
}
