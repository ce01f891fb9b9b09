namespace Orch.Testing.Oracle;

/// <summary>Upstream's public test data, which lies in a folder <c>shared/oracle</c> beside the repository and is no part of it.</summary>
public static class OracleData
{
    /// <summary>A file or folder of it; null where the data is absent.</summary>
    public static string? Find(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine([folder.FullName, "shared", "oracle", .. parts]);
            if (File.Exists(path) || Directory.Exists(path)) { return path; }
        }

        return null;
    }

    /// <summary>The same, or the test is skipped with a reason.</summary>
    public static string Require(params string[] parts)
    {
        var path = Find(parts);
        Skip.If(path is null, $"shared/oracle/{string.Join('/', parts)} is not beside the repository");
        return path!;
    }
}
