namespace Orch.ApiServer.Decoding;

/// <summary>What one pass over a body found.</summary>
internal sealed class ScanResult
{
    /// <summary>It is no JSON; in Go's words.</summary>
    public string? SyntaxFault { get; set; }

    /// <summary>The first value of the wrong type; in Go's words.</summary>
    public string? TypeFault { get; set; }

    /// <summary>The same wrong type in the words of the conversion that strategic merge patches go through; null where it has no other words.</summary>
    public string? Mismatch { get; set; }

    /// <summary>A fault in the <c>kind</c> or <c>apiVersion</c> themselves.</summary>
    public string? HeadFault { get; set; }

    /// <summary>As the body has it; empty when absent.</summary>
    public string ApiVersion { get; set; } = string.Empty;

    /// <summary>As the body has it; empty when absent.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>Unknown and duplicate fields, in the body's order; at most a hundred, as upstream.</summary>
    public List<string> StrictFaults { get; } = [];

    /// <summary>The API takes the body but the models cannot: nulls where they have none, broken escapes.</summary>
    public bool NeedsNormalizing { get; set; }
}
