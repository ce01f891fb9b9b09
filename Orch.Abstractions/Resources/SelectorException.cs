namespace Orch.Resources;

/// <summary>A selector that cannot be parsed; the message is upstream's.</summary>
public sealed class SelectorException(string message) : FormatException(message);
