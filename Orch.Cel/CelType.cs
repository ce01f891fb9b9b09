using System.Text;

namespace Orch.Cel;

/// <summary>A type that the checker knows, with the most that a value of it can hold where that is known.</summary>
public class CelType
{
    /// <summary>The <see cref="MaxSize"/> of a type without a bound.</summary>
    public const long Unbounded = long.MaxValue;

    private protected CelType(CelKind kind, string name, CelType[] parameters, long maxSize = Unbounded)
    {
        Kind = kind;
        Name = name;
        Items = parameters;
        MaxSize = maxSize;
    }

    /// <summary>dyn.</summary>
    public static CelType Dyn { get; } = new(CelKind.Dyn, "dyn", []);

    /// <summary>null_type.</summary>
    public static CelType Null { get; } = new(CelKind.Null, "null_type", []);

    /// <summary>bool.</summary>
    public static CelType Bool { get; } = new(CelKind.Bool, "bool", []);

    /// <summary>int.</summary>
    public static CelType Int { get; } = new(CelKind.Int, "int", []);

    /// <summary>uint.</summary>
    public static CelType Uint { get; } = new(CelKind.Uint, "uint", []);

    /// <summary>double.</summary>
    public static CelType Double { get; } = new(CelKind.Double, "double", []);

    /// <summary>string.</summary>
    public static CelType String { get; } = new(CelKind.String, "string", []);

    /// <summary>bytes.</summary>
    public static CelType Bytes { get; } = new(CelKind.Bytes, "bytes", []);

    /// <summary>google.protobuf.Timestamp.</summary>
    public static CelType Timestamp { get; } = new(CelKind.Timestamp, "google.protobuf.Timestamp", []);

    /// <summary>google.protobuf.Duration.</summary>
    public static CelType Duration { get; } = new(CelKind.Duration, "google.protobuf.Duration", []);

    /// <summary>A list of anything.</summary>
    public static CelType AnyList { get; } = List(Dyn);

    /// <summary>A map of anything.</summary>
    public static CelType AnyMap { get; } = Map(Dyn, Dyn);

    /// <summary>The type of types.</summary>
    public static CelType Type { get; } = new(CelKind.Type, "type", []);

    internal static CelType Error { get; } = new(CelKind.Error, "!error!", []);

    /// <summary>Its family.</summary>
    public CelKind Kind { get; }

    /// <summary>Its name without parameters, as <c>list</c>.</summary>
    public string Name { get; }

    /// <summary>What it is a type of: the element, the key and the value.</summary>
    public IReadOnlyList<CelType> Parameters => Items;

    /// <summary>The most characters, bytes, items or entries that a value has; no part of the type's identity.</summary>
    public long MaxSize { get; }

    /// <summary>What equality and addition of a list mean.</summary>
    public CelListSemantics ListSemantics { get; private init; }

    /// <summary>The names of the fields that key the entries of a list of <see cref="CelListSemantics.Map"/>.</summary>
    public IReadOnlyList<string> ListKeys { get; private init; } = [];

    internal CelType[] Items { get; }

    /// <summary>A list.</summary>
    public static CelType List(CelType element, long maxSize = Unbounded, CelListSemantics semantics = CelListSemantics.Atomic, IReadOnlyList<string>? keys = null)
        => new(CelKind.List, "list", [element], maxSize) { ListSemantics = semantics, ListKeys = keys ?? [] };

    /// <summary>A map.</summary>
    public static CelType Map(CelType key, CelType value, long maxSize = Unbounded) => new(CelKind.Map, "map", [key, value], maxSize);

    /// <summary>A value that may be missing.</summary>
    public static CelType Optional(CelType value) => new(CelKind.Opaque, "optional_type", [value]);

    /// <summary>A library's own type.</summary>
    public static CelType Opaque(string name, params CelType[] parameters) => new(CelKind.Opaque, name, parameters);

    /// <summary>A variable of a function's signature, as <c>T</c>.</summary>
    public static CelType Parameter(string name) => new(CelKind.Parameter, name, []);

    /// <summary>The same type with another bound of the size; object types have none.</summary>
    public CelType WithMaxSize(long maxSize) => Kind == CelKind.Object
        ? this
        : new CelType(Kind, Name, Items, maxSize) { ListSemantics = ListSemantics, ListKeys = ListKeys };

    /// <summary>Whether the two name one type; bounds do not count.</summary>
    public bool IsSame(CelType other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other)) { return true; }
        if (Kind != other.Kind || Name != other.Name || Items.Length != other.Items.Length) { return false; }
        for (var index = 0; index < Items.Length; index++)
        {
            if (!Items[index].IsSame(other.Items[index])) { return false; }
        }

        return true;
    }

    /// <summary>As messages write it: <c>map(string, list(int))</c>.</summary>
    public override string ToString()
    {
        switch (Kind)
        {
            case CelKind.Null: return "null";
            case CelKind.Timestamp: return "timestamp";
            case CelKind.Duration: return "duration";
        }

        if (Items.Length == 0) { return Name; }
        var text = new StringBuilder(Name).Append('(');
        for (var index = 0; index < Items.Length; index++) { text.Append(index == 0 ? string.Empty : ", ").Append(Items[index]); }
        return text.Append(')').ToString();
    }

    internal static CelType TypeOf(CelType type) => new(CelKind.Type, "type", [type]);

    internal bool IsOptional => Kind == CelKind.Opaque && Name == "optional_type";

    internal CelType WithItems(CelType[] items) => new(Kind, Name, items, MaxSize) { ListSemantics = ListSemantics, ListKeys = ListKeys };

    /// <summary>What a field has that nobody set.</summary>
    internal CelValue ZeroValue() => Kind switch
    {
        CelKind.Bool => CelValue.False,
        CelKind.Int => CelValue.FromInt(0),
        CelKind.Uint => CelValue.FromUint(0),
        CelKind.Double => CelValue.FromDouble(0),
        CelKind.String => CelValue.FromString(string.Empty),
        CelKind.Bytes => CelValue.FromBytes([]),
        CelKind.Timestamp => CelValue.FromTimestamp(0, 0),
        CelKind.Duration => CelValue.FromDuration(0),
        CelKind.List => CelValue.FromList(CelList.Of()),
        CelKind.Map => CelValue.FromMap(new DictionaryCelMap()),
        CelKind.Object => CelValue.FromMap(new CelObject((CelObjectType)this, [])),
        _ => default,
    };
}
