using System.Diagnostics;

namespace Orch.Cel;

/// <summary>A value of an expression; scalars cost no allocation. The default is null.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct CelValue : IEquatable<CelValue>
{
    private readonly object? _object;
    private readonly long _bits;
    private readonly int _nanos;

    private CelValue(CelKind kind, long bits, object? reference = null, int nanos = 0)
    {
        Kind = kind;
        _bits = bits;
        _object = reference;
        _nanos = nanos;
    }

    /// <summary>null.</summary>
    public static CelValue Null => default;

    /// <summary>true.</summary>
    public static CelValue True => new(CelKind.Bool, 1);

    /// <summary>false.</summary>
    public static CelValue False => new(CelKind.Bool, 0);

    /// <summary>An optional without a value.</summary>
    public static CelValue NoValue => new(CelKind.Optional, 0);

    /// <summary>What it holds.</summary>
    public CelKind Kind { get; }

    /// <summary>Whether it is a fault instead of a value.</summary>
    public bool IsError => Kind == CelKind.Error;

    /// <summary>Whether it is <c>true</c>.</summary>
    public bool IsTrue => Kind == CelKind.Bool && _bits != 0;

    /// <summary>Whether it is <c>false</c>.</summary>
    public bool IsFalse => Kind == CelKind.Bool && _bits == 0;

    /// <summary>A bool.</summary>
    public static CelValue FromBool(bool value) => new(CelKind.Bool, value ? 1 : 0);

    /// <summary>An int.</summary>
    public static CelValue FromInt(long value) => new(CelKind.Int, value);

    /// <summary>A uint.</summary>
    public static CelValue FromUint(ulong value) => new(CelKind.Uint, unchecked((long)value));

    /// <summary>A double.</summary>
    public static CelValue FromDouble(double value) => new(CelKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A string.</summary>
    public static CelValue FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.String, 0, value);
    }

    /// <summary>Bytes; the array is kept, not copied.</summary>
    public static CelValue FromBytes(byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.Bytes, 0, value);
    }

    /// <summary>A timestamp.</summary>
    /// <param name="unixSeconds">Seconds since 1970; a time outside of the years 1 to 9999 gives an error.</param>
    /// <param name="nanos">0 to 999,999,999, forward from the seconds.</param>
    public static CelValue FromTimestamp(long unixSeconds, int nanos)
        => unixSeconds is < CelTime.MinSeconds or > CelTime.MaxSeconds ? Fault("timestamp overflow") : new(CelKind.Timestamp, unixSeconds, null, nanos);

    /// <summary>A timestamp that is written with an offset from UTC, in seconds; it is equal to the same time with any other.</summary>
    internal static CelValue FromTimestamp(long unixSeconds, int nanos, int offset)
        => offset == 0 || FromTimestamp(unixSeconds, nanos).IsError ? FromTimestamp(unixSeconds, nanos) : new(CelKind.Timestamp, unixSeconds, offset, nanos);

    /// <summary>The offset that a timestamp is written with, in seconds.</summary>
    internal int TimestampOffset => _object is int offset ? offset : 0;

    /// <summary>A timestamp.</summary>
    public static CelValue FromTimestamp(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0) { seconds--; rest += TimeSpan.TicksPerSecond; }
        return new(CelKind.Timestamp, seconds, null, (int)rest * 100);
    }

    /// <summary>A duration.</summary>
    public static CelValue FromDuration(long nanoseconds) => new(CelKind.Duration, nanoseconds);

    /// <summary>A list.</summary>
    public static CelValue FromList(CelList value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.List, 0, value);
    }

    /// <summary>A map or object.</summary>
    public static CelValue FromMap(CelMap value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.Map, 0, value);
    }

    /// <summary>A type.</summary>
    public static CelValue FromType(CelType value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.Type, 0, value);
    }

    /// <summary>An optional with a value; of an error, the error.</summary>
    public static CelValue FromOptional(in CelValue value) => value.IsError ? value : new(CelKind.Optional, 1, value);

    /// <summary>A value of a library's own type.</summary>
    public static CelValue FromOpaque(CelOpaque value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(CelKind.Opaque, 0, value);
    }

    /// <summary>A fault in place of a value.</summary>
    public static CelValue Fault(string message) => new(CelKind.Error, 0, new CelError(message));

    /// <summary>A fault in place of a value.</summary>
    public static CelValue Fault(CelError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(CelKind.Error, 0, error);
    }

    /// <summary>The bool; of another kind, false.</summary>
    public bool AsBool() => IsTrue;

    /// <summary>The int.</summary>
    public long AsInt() => Expect(CelKind.Int)._bits;

    /// <summary>The uint.</summary>
    public ulong AsUint() => unchecked((ulong)Expect(CelKind.Uint)._bits);

    /// <summary>The double.</summary>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Expect(CelKind.Double)._bits);

    /// <summary>The string.</summary>
    public string AsString() => (string)Expect(CelKind.String)._object!;

    /// <summary>The bytes; not to be changed.</summary>
    public byte[] AsBytes() => (byte[])Expect(CelKind.Bytes)._object!;

    /// <summary>The timestamp, as seconds since 1970 and nanoseconds forward from there.</summary>
    public (long UnixSeconds, int Nanos) AsTimestamp() => (Expect(CelKind.Timestamp)._bits, _nanos);

    /// <summary>The duration in nanoseconds.</summary>
    public long AsDuration() => Expect(CelKind.Duration)._bits;

    /// <summary>The list.</summary>
    public CelList AsList() => (CelList)Expect(CelKind.List)._object!;

    /// <summary>The map or object.</summary>
    public CelMap AsMap() => (CelMap)Expect(CelKind.Map)._object!;

    /// <summary>The type.</summary>
    public CelType AsType() => (CelType)Expect(CelKind.Type)._object!;

    /// <summary>The value of a library's own type.</summary>
    public CelOpaque AsOpaque() => (CelOpaque)Expect(CelKind.Opaque)._object!;

    /// <summary>The fault.</summary>
    public CelError AsError() => (CelError)Expect(CelKind.Error)._object!;

    /// <summary>Whether an optional has a value, and which.</summary>
    public bool TryGetOptional(out CelValue value)
    {
        // The result may be written over this very value.
        var has = Kind == CelKind.Optional && _bits != 0;
        value = has && _object is CelValue inner ? inner : default;
        return has;
    }

    /// <summary>The type that <c>type(x)</c> gives.</summary>
    public CelType RuntimeType() => Kind switch
    {
        CelKind.Null => CelType.Null,
        CelKind.Bool => CelType.Bool,
        CelKind.Int => CelType.Int,
        CelKind.Uint => CelType.Uint,
        CelKind.Double => CelType.Double,
        CelKind.String => CelType.String,
        CelKind.Bytes => CelType.Bytes,
        CelKind.Timestamp => CelType.Timestamp,
        CelKind.Duration => CelType.Duration,
        CelKind.List => CelType.AnyList,
        CelKind.Map => AsMap().Type,
        CelKind.Type => CelType.Type,
        CelKind.Optional => CelType.Optional(CelType.Dyn),
        CelKind.Opaque => AsOpaque().Type,
        _ => CelType.Error,
    };

    /// <summary>Equal in the sense of <c>==</c>: numbers by value whatever their type, values of different types never.</summary>
    public bool Equals(CelValue other) => CelEquality.AreEqual(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CelValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => CelEquality.Hash(this);

    /// <summary>For messages and debuggers.</summary>
    public override string ToString() => CelFormat.ToText(this);

    /// <summary>Same as <see cref="Equals(CelValue)"/>.</summary>
    public static bool operator ==(in CelValue left, in CelValue right) => left.Equals(right);

    /// <summary>The opposite of <see cref="Equals(CelValue)"/>.</summary>
    public static bool operator !=(in CelValue left, in CelValue right) => !left.Equals(right);

    private CelValue Expect(CelKind kind)
        => Kind == kind ? this : throw new InvalidOperationException($"The value is of kind {Kind}, not {kind}.");
}
