namespace Orch.Cel.Checking;

/// <summary>Reads the signatures of overloads, as <c>.(list&lt;A&gt;, int) A</c>.</summary>
internal ref struct Signature
{
    private ReadOnlySpan<char> _rest;

    public static (bool IsMember, CelType[] Parameters, CelType Result) Parse(string text)
    {
        var reader = new Signature { _rest = text };
        var member = reader.Take('.');
        if (!reader.Take('(')) { throw new ArgumentException($"No signature: {text}", nameof(text)); }
        var parameters = new List<CelType>();
        while (!reader.Take(')'))
        {
            parameters.Add(reader.Type());
            reader.Take(',');
        }

        return (member, [.. parameters], reader.Type());
    }

    private bool Take(char expected)
    {
        _rest = _rest.TrimStart(' ');
        if (_rest.IsEmpty || _rest[0] != expected) { return false; }
        _rest = _rest[1..];
        return true;
    }

    private CelType Type()
    {
        _rest = _rest.TrimStart(' ');
        var end = 0;
        while (end < _rest.Length && (char.IsLetterOrDigit(_rest[end]) || _rest[end] is '.' or '_')) { end++; }
        if (end == 0) { throw new ArgumentException($"No type: {_rest}"); }
        var name = _rest[..end].ToString();
        _rest = _rest[end..];
        var parameters = new List<CelType>();
        if (Take('<'))
        {
            while (!Take('>'))
            {
                parameters.Add(Type());
                Take(',');
            }
        }

        return name switch
        {
            "dyn" => CelType.Dyn,
            "null" => CelType.Null,
            "bool" => CelType.Bool,
            "int" => CelType.Int,
            "uint" => CelType.Uint,
            "double" => CelType.Double,
            "string" => CelType.String,
            "bytes" => CelType.Bytes,
            "timestamp" => CelType.Timestamp,
            "duration" => CelType.Duration,
            "type" => parameters.Count == 0 ? CelType.Type : CelType.TypeOf(parameters[0]),
            "list" => CelType.List(parameters[0]),
            "map" => CelType.Map(parameters[0], parameters[1]),
            { Length: 1 } => CelType.Parameter(name),
            _ => CelType.Opaque(name, [.. parameters]),
        };
    }
}
