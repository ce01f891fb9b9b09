namespace Orch.Cel.Tests.Costs;

/// <summary>The costs of Kubernetes' libraries: the table by which upstream decides whether a rule may be written, and counts what it takes.</summary>
public sealed class LibraryCostTests
{
    private const string Ints = "[1, 2, 3, 4, 5]";
    private const string Uints = "[uint(1), uint(2), uint(3), uint(4), uint(5)]";
    private const string Doubles = "[1.0, 2.0, 3.0, 4.0, 5.0]";
    private const string Bools = "[false, true, false, true, false]";
    private const string Durations = "[duration('1s'), duration('2s'), duration('3s'), duration('4s'), duration('5s')]";
    private const string Timestamps = "[timestamp('2011-01-01T00:00:00.000+01:00'), timestamp('2011-01-02T00:00:00.000+01:00'), timestamp('2011-01-03T00:00:00.000+01:00'), timestamp('2011-01-04T00:00:00.000+01:00'), timestamp('2011-01-05T00:00:00.000+01:00')]";
    private const string Text = "'01234567890123456789012345678901234567890123456789'";
    private const string V4 = "cidr('192.168.0.0/16')";
    private const string V6 = "cidr('2001:db8::/32')";
    private const string Resource = "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend')";
    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(static builder => builder.AddVariable("authorizer", CelAuthorizer.Type));

    [Theory]
    // Lists.
    [InlineData(Ints + ".sum()", 15, 15, 15)]
    [InlineData(Uints + ".sum()", 20, 20, 20)]
    [InlineData(Doubles + ".sum()", 15, 15, 15)]
    [InlineData(Durations + ".sum()", 20, 20, 20)]
    [InlineData(Ints + ".isSorted()", 15, 15, 15)]
    [InlineData(Uints + ".max()", 20, 20, 20)]
    [InlineData(Bools + ".min()", 15, 15, 15)]
    [InlineData(Timestamps + ".max()", 20, 20, 20)]
    [InlineData(Ints + ".indexOf(3)", 15, 15, 15)]
    [InlineData(Uints + ".lastIndexOf(uint(3))", 21, 21, 21)]
    [InlineData(Durations + ".indexOf(duration('3s'))", 21, 21, 21)]
    [InlineData(Timestamps + ".indexOf(timestamp('2011-01-03T00:00:00.000+01:00'))", 21, 21, 21)]
    [InlineData(Text + ".indexOf('123')", 5, 5, 5)]
    [InlineData(Text + ".lastIndexOf('123')", 5, 5, 5)]
    // URLs and addresses.
    [InlineData("url('https:://kubernetes.io/').getScheme()", 4, 4, 4)]
    [InlineData("url('https:://kubernetes.io/').getQuery()", 4, 4, 4)]
    [InlineData("url('https:://kubernetes.io/') == url('https:://kubernetes.io/')", 7, 9, 7)]
    [InlineData("ip('192.168.0.1')", 2, 2, 2)]
    [InlineData("ip('192.168.0.1').family()", 3, 3, 3)]
    [InlineData("ip('2001:db8:3333:4444:5555:6666:7777:8888')", 4, 4, 4)]
    [InlineData("ip('2001:db8:3333:4444:5555:6666:7777:8888').isGlobalUnicast()", 5, 5, 5)]
    [InlineData("ip('192.168.0.1') == ip('192.168.0.1')", 5, 5, 5)]
    [InlineData("ip('2001:db8:3333:4444:5555:6666:7777:8888') == ip('2001:db8:3333:4444:5555:6666:7777:8888')", 9, 9, 9)]
    [InlineData("ip.isCanonical('192.168.0.1')", 3, 3, 3)]
    [InlineData("ip.isCanonical('2001:db8:3333:4444:5555:6666:7777:8888')", 8, 8, 8)]
    [InlineData("ip.isCanonical('2001:db8::abcd')", 3, 3, 3)]
    [InlineData(V4 + ".ip()", 3, 3, 3)]
    [InlineData(V6 + ".masked()", 3, 3, 3)]
    [InlineData(V4 + ".containsCIDR(cidr('192.0.0.0/30'))", 7, 11, 7)]
    [InlineData(V4 + ".containsCIDR(cidr('192.168.0.0/16'))", 7, 11, 7)]
    [InlineData(V4 + ".containsCIDR('192.0.0.0/30')", 7, 11, 7)]
    [InlineData(V4 + ".containsCIDR('192.168.0.0/16')", 7, 11, 7)]
    [InlineData(V4 + ".containsIP(ip('192.0.0.1'))", 4, 7, 4)]
    [InlineData(V4 + ".containsIP(ip('192.169.0.1'))", 5, 8, 5)]
    [InlineData(V4 + ".containsIP(ip('192.169.169.250'))", 5, 8, 5)]
    [InlineData(V4 + ".containsIP('192.0.0.1')", 4, 7, 4)]
    [InlineData(V4 + ".containsIP('192.169.0.1')", 5, 8, 5)]
    [InlineData(V6 + ".containsCIDR(cidr('2001:db8::/126'))", 7, 11, 7)]
    [InlineData(V6 + ".containsCIDR('2001:db8::/32')", 7, 11, 7)]
    [InlineData(V6 + ".containsIP(ip('2001:db8:3333:4444:5555:6666:7777:8888'))", 7, 10, 7)]
    [InlineData(V6 + ".containsIP('2001:db8::1')", 5, 8, 5)]
    // Text.
    [InlineData("'ABCDEFGHIJ abcdefghij'.lowerAscii()", 3, 3, 3)]
    [InlineData("'ABCDEFGHIJ abcdefghij'.lowerAscii() == 'abcdefghij ABCDEFGHIJ'.lowerAscii()", 7, 9, 9)]
    [InlineData("'ABCDEFGHIJ abcdefghij'.upperAscii()", 3, 3, 3)]
    [InlineData("strings.quote('ABCDEFGHIJ abcdefghij')", 3, 3, 3)]
    [InlineData("strings.quote('ABCDEFGHIJ abcdefghij') == strings.quote('ABCDEFGHIJ abcdefghij')", 7, 11, 9)]
    [InlineData("'abc 123 def 123'.replace('123', '456')", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.replace('', 'x')", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.replace('123', '')", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.replace('123', '456', 1)", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.split(' ')", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.split(' ', 1)", 3, 3, 3)]
    [InlineData("'abc 123 def 123'.substring(5)", 2, 2, 2)]
    [InlineData("'abc 123 def 123'.substring(5, 8)", 2, 2, 2)]
    [InlineData("'  abc 123 def 123  '.trim()", 2, 2, 2)]
    [InlineData("'abc 123 def 123'.find('123')", 2, 2, 2)]
    [InlineData("'abc 123 def 123'.findAll('123')", 2, 2, 2)]
    [InlineData("'abc 123 def 123'.findAll('123', 1)", 2, 2, 2)]
    // Of a limit that is written out there are no more parts.
    [InlineData("'abc 123 def 123'.split(' ', 1).all(x, true)", 4, 7, 7)]
    // The authorizer.
    [InlineData("authorizer.path('/healthz')", 2, 2, 2)]
    [InlineData(Resource, 6, 6, 6)]
    [InlineData(Resource + ".fieldSelector('foo=bar')", 217, 217, 217)]
    [InlineData(Resource + ".labelSelector('apple=banana,foo!=bar')", 569, 569, 569)]
    [InlineData("authorizer.path('/healthz').check('get').allowed()", 350003, 350003, 350003)]
    [InlineData(Resource + ".check('create').allowed()", 350007, 350007, 350007)]
    [InlineData(Resource + ".check('create').reason()", 350007, 350007, 350007)]
    [InlineData(Resource + ".check('create').errored()", 350007, 350007, 350007)]
    [InlineData(Resource + ".check('create').error()", 350007, 350007, 350007)]
    // Quantities and versions.
    [InlineData("quantity('12Mi')", 1, 1, 1)]
    [InlineData("isQuantity('20M')", 1, 1, 1)]
    [InlineData("quantity('200M') == quantity('200M')", 3, 3, 3)]
    [InlineData("quantity('200M') == quantity('0.2G') && quantity('0.2G') == quantity('200M')", 3, 6, 6)]
    [InlineData("quantity('50M').isLessThan(quantity('50Mi'))", 3, 3, 3)]
    [InlineData("quantity('50Mi').isGreaterThan(quantity('50M'))", 3, 3, 3)]
    [InlineData("quantity('200M').compareTo(quantity('0.2G')) > 0", 4, 4, 4)]
    [InlineData("quantity('50k').add(quantity('20')) == quantity('50.02k')", 5, 5, 5)]
    [InlineData("quantity('50k').sub(20) == quantity('49980')", 4, 4, 4)]
    [InlineData("quantity('50k').add(20).sub(quantity('100k')).sub(-50000).asInteger() > 0", 7, 7, 7)]
    [InlineData("quantity('50').isInteger()", 2, 2, 2)]
    [InlineData("quantity('50.703k').asApproximateFloat() > 0.0", 3, 3, 3)]
    [InlineData("semver('1.2.3') == semver('1.2.3')", 3, 3, 3)]
    [InlineData("semver('1.2.3').major() == 1", 3, 3, 3)]
    [InlineData("isSemver('1.2.3')", 1, 1, 1)]
    // Formats: what a rule may take is reckoned without knowing which format it is.
    [InlineData("format.named('dns1123Label').value().validate('my-name')", 34, 34, 10)]
    [InlineData("format.dns1123Label().validate('my-name')", 33, 33, 9)]
    [InlineData("format.dns1123Label() == format.dns1123Label()", 3, 9, 3)]
    // Sets.
    [InlineData("sets.contains([], [])", 21, 21, 21)]
    [InlineData("sets.contains([1], [1, 1])", 23, 23, 23)]
    [InlineData("sets.contains([1, 2, 3, 4], [2, 3])", 29, 29, 29)]
    [InlineData("!sets.contains([1], [1, 2])", 24, 24, 24)]
    [InlineData("sets.equivalent([], [])", 21, 21, 21)]
    [InlineData("sets.equivalent([1], [1, 1])", 25, 25, 25)]
    [InlineData("sets.equivalent([1, 2, 3], [3, 2, 1])", 39, 39, 39)]
    [InlineData("!sets.equivalent([1, 2], [2, 2, 2])", 34, 34, 34)]
    [InlineData("sets.intersects([1], [1, 1])", 23, 23, 23)]
    [InlineData("sets.intersects([1, 2], [2, 2, 2])", 27, 27, 27)]
    [InlineData("!sets.intersects([1], [])", 22, 22, 22)]
    public void Cost_OfALibrary_IsUpstreams(string expression, ulong min, ulong max, long actual)
    {
        var compilation = Environment.Compile(expression);
        Assert.True(compilation.IsValid, compilation.ErrorText());
        var estimate = compilation.EstimateCost();
        var result = compilation.ToProgram().Evaluate(new CelBindings(Environment).Set("authorizer", CelAuthorizer.Value(new Allower())), costLimit: 10_000_000);
        Assert.Null(result.Error);
        Assert.Equal((min, max, actual), (estimate.Min, estimate.Max, result.Cost));
    }

    [Theory]
    [InlineData("sets.contains([[1], [2, 3]], [[2, 3]])", 53)]
    [InlineData("sets.equivalent([[1], [2, 3]], [[1], [2, 3]])", 69)]
    [InlineData("sets.intersects([[1], [2, 3]], [[1, 2], [2, 3]])", 65)]
    public void Estimate_OfListsInLists_IsUpstreams(string expression, ulong cost)
    {
        var estimate = Environment.Compile(expression).EstimateCost();
        Assert.Equal((cost, cost), (estimate.Min, estimate.Max));
    }

    private sealed class Allower : ICelAuthorizer
    {
        public CelAuthorizationDecision Authorize(CelAuthorizationRequest request) => new(true, string.Empty, null);
    }
}
