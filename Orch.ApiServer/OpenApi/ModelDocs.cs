using System.IO.Compression;

namespace Orch.ApiServer.OpenApi;

/// <summary>Texts about the models, from a resource that the build makes; without it there are none.</summary>
internal sealed class ModelDocs
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Reads them; meant to be let go when the documents are made.</summary>
    public static ModelDocs Load()
    {
        var docs = new ModelDocs();
        using var packed = typeof(ModelDocs).Assembly.GetManifestResourceStream("Orch.ApiServer.OpenApi.model-docs.gz");
        if (packed is null) { return docs; }
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            docs._texts[line[..tab]] = line[(tab + 1)..].Replace("\\n", "\n", StringComparison.Ordinal);
        }

        return docs;
    }

    /// <summary>Of a type, or of a member of it; null when there is none.</summary>
    public string? Find(Type? model, string? member = null)
        => model is null ? null : _texts.GetValueOrDefault(member is null ? model.Name : $"{model.Name}.{member}");
}
