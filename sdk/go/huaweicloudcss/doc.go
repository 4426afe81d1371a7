// Log backup records of Huawei Cloud CSS clusters: where is the newest log backup, and did it work?
package huaweicloudcss
